"""An LTI 1.1 tool that asks one question and sends the grade back: `gunicorn lti:application`.

Canvas copies the query of the launch URL into the form and signs once what is there twice;
Moodle signs both, and its sourcedid is JSON, which XML has to escape. Teachers are launched
without a place for a grade. The launch goes along in the page, as browsers keep no cookies of a
tool in a frame. One process serves it: several need ``nonces=`` that they share, or each accepts a
launch once.
"""

from __future__ import annotations

import os

import flask
from itsdangerous import BadData, URLSafeTimedSerializer

import oauth2
from oauth2.web.flask import OAuth1

key, secret = os.environ["OAUTH_CONSUMER_KEY"], os.environ["OAUTH_CONSUMER_SECRET"]
consumers = {key: oauth2.Consumer(key, secret)}
verifier = oauth2.Verifier(consumers.get, origin=os.environ["ORIGIN"], repeated_query="once")
oauth1 = OAuth1(verifier)
application, sealed = flask.Flask(__name__), URLSafeTimedSerializer(secret, salt="launch")
PAGE = """<form method="post" action="answer">What is six times seven? <input name="answer">
<input type="hidden" name="launch" value="{{ launch }}"><button>Answer</button></form>"""
OUTCOME = """<imsx_POXEnvelopeRequest xmlns="http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0">
<imsx_POXHeader><imsx_POXRequestHeaderInfo><imsx_version>V1.0</imsx_version><imsx_messageIdentifier>
{{ id }}</imsx_messageIdentifier></imsx_POXRequestHeaderInfo></imsx_POXHeader><imsx_POXBody>
<replaceResultRequest><resultRecord><sourcedGUID><sourcedId>{{ to }}</sourcedId></sourcedGUID>
<result><resultScore><language>en</language><textString>{{ score }}</textString></resultScore>
</result></resultRecord></replaceResultRequest></imsx_POXBody></imsx_POXEnvelopeRequest>"""


@application.post("/launch")
@oauth1.required
def launch() -> str:
    fields = oauth1.verified.parameters
    if fields.get("lti_message_type") != "basic-lti-launch-request":
        flask.abort(400, "Not a launch.")
    return flask.render_template_string(PAGE, launch=sealed.dumps(fields))


@application.post("/answer")
def answer() -> str:
    try:
        fields = sealed.loads(flask.request.form["launch"], max_age=3600)
    except BadData:
        flask.abort(400, "Launch the tool again.")
    score = "1.0" if flask.request.form.get("answer") == "42" else "0.0"
    if not (to := fields.get("lis_result_sourcedid")):
        return f"Score {score}, for which there is no place."
    body = flask.render_template_string(OUTCOME, to=to, score=score, id=oauth2.generate_nonce())
    client = oauth2.Client(consumers[key], timeout=10)  # which signs such a body by its hash
    url, headers = fields["lis_outcome_service_url"], {"Content-Type": "application/xml"}
    response, content = client.request(url, "POST", body.encode(), headers)
    is_accepted = response.status == 200 and b"<imsx_codeMajor>success<" in content
    return f"Score {score}, which was {'sent' if is_accepted else 'refused'}."
