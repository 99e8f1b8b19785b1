"""Import paths of oauth2 1.9: XOAUTH for `imaplib` and `smtplib`."""

__all__ = ["imap", "smtp", "xoauth"]
