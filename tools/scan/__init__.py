"""The scanners behind `make security` (tools/security)."""
