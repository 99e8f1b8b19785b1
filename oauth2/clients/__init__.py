"""Mail clients that log in by XOAUTH: `imap` and `smtp`."""
