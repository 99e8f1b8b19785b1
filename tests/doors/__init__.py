"""Applications behind each door of `oauth2.web`, real servers of them, and requests to them."""
