"""Inputs of mutations as documents."""
