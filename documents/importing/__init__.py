"""Brings a document into the register: first a preview, then all of it or nothing."""
