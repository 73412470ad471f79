"""Reports exceptions to Gatebell. Copy this file: it needs Python 3.9 and no package.

Takes GATEBELL_API, GATEBELL_TOKEN_URL, GATEBELL_CLIENT_ID, and GATEBELL_CLIENT_SECRET, or a GATEBELL_TOKEN. Reporting never
raises and never waits: a thread sends. What can't be sent is logged and dropped.

    logging.getLogger().addHandler(LogHandler())   # Flask, Django, Celery: they catch what a handler raises, and log it
    app = reporting(app)                           # a plain WSGI application

    @task                                          # a worker's task
    def nightly_import(run): ...
"""

import atexit
import base64
import functools
import json
import logging
import os
import queue
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request

TIMEOUT_SECONDS = 5
log = logging.getLogger("gatebell")
waiting = queue.Queue(maxsize=100)
token = {"value": "", "until": 0.0}


class RefuseRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token to another host."""

    def redirect_request(self, *_):
        return None


opener = urllib.request.build_opener(RefuseRedirects)


def post(url, data, headers):
    with opener.open(urllib.request.Request(url, data, headers), timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def variable(name):
    if not os.environ.get(name):
        raise RuntimeError(f"{name} is not set")
    return os.environ[name]


def fetch_token():
    """The token of GATEBELL_TOKEN, or one of the client that is stored until a minute before it expires."""
    if os.environ.get("GATEBELL_TOKEN"):
        return os.environ["GATEBELL_TOKEN"]
    if time.monotonic() >= token["until"]:
        client = f'{variable("GATEBELL_CLIENT_ID")}:{variable("GATEBELL_CLIENT_SECRET")}'
        headers = {"authorization": "Basic " + base64.b64encode(client.encode()).decode()}
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": "gatebell/exceptions"})
        answer = post(variable("GATEBELL_TOKEN_URL"), form.encode(), headers)
        token.update(value=answer["access_token"], until=time.monotonic() + answer.get("expires_in", 0) - 60)
    return token["value"]


def send(body):
    headers = {"authorization": f"Bearer {fetch_token()}", "content-type": "application/json"}
    post(variable("GATEBELL_API") + "/exceptions", json.dumps(body, default=str).encode(), headers)


def send_or_drop(body):
    try:
        try:
            send(body)
        except urllib.error.HTTPError as error:
            if error.code != 401:
                raise
            token["until"] = 0.0  # The token was revoked, or the key was changed.
            send(body)
    except Exception as error:
        log.warning("Gatebell was not notified of %s: %s", body["exception_class"], error)


def run():
    while True:
        send_or_drop(waiting.get())
        waiting.task_done()


threading.Thread(target=run, name="gatebell", daemon=True).start()


@atexit.register
def finish():
    """A short-lived worker waits for its last reports, but not longer than one call may take."""
    end = time.monotonic() + TIMEOUT_SECONDS
    while waiting.unfinished_tasks and time.monotonic() < end:
        time.sleep(0.05)


def report(error, function, arguments=None, type="exception", user=None):
    """Queues an exception. `type` is "exception" for a request and "task" for a worker."""
    body = {
        "type": type,
        "exception_class": error.__class__.__name__,
        "message": str(error),
        "trace": "".join(traceback.format_exception(error.__class__, error, error.__traceback__)),
        "function": function,
        "arguments": arguments,
        "user": user,
    }
    try:
        waiting.put_nowait(body)
    except queue.Full:
        log.warning("Gatebell was not notified of %s: too many reports wait", body["exception_class"])


class LogHandler(logging.Handler):
    """Reports exceptions that are logged as errors, as frameworks do with those that they catch."""

    def __init__(self):
        super().__init__(logging.ERROR)

    def emit(self, record):
        if record.exc_info and record.exc_info[1]:
            report(record.exc_info[1], record.name)


def reporting(app):
    """A WSGI application that reports what a request raises, and raises it again for the framework."""

    @functools.wraps(app, updated=())
    def reported(environ, start_response):
        try:
            return app(environ, start_response)
        except Exception as error:
            report(error, f'{environ["REQUEST_METHOD"]} {environ["PATH_INFO"]}', user=environ.get("REMOTE_USER"))
            raise

    return reported


def task(work):
    """A task that reports what it raises, and raises it again for the worker."""

    @functools.wraps(work)
    def reported(*arguments, **named):
        try:
            return work(*arguments, **named)
        except Exception as error:
            report(error, work.__name__, {"arguments": arguments, **named}, type="task")
            raise

    return reported
