//! A local server that speaks the Converra conversation API.
