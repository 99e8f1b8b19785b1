"""Sign one request in a fresh interpreter, and fail if that loads an HTTP client."""

import sys

import oauth2

consumer = oauth2.Consumer("key", "secret")
request = oauth2.Request.from_consumer_and_token(consumer, http_url="http://a.example/")
request.sign_request(oauth2.SignatureMethod_HMAC_SHA1(), consumer, None)
request.to_header()

if "httplib2" in sys.modules:
    sys.exit("signing has loaded httplib2")
