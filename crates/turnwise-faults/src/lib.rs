//! A server on loopback that speaks the conversation API and misbehaves as told.
