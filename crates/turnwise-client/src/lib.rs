//! Ships conversations to the Converra conversation API.
