//! Transcripts and conversations as tools for assistants.
