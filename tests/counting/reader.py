"""A reader: a process that reads one page over HTTP again and again, and tells how often it was answered.

python reader.py PORT PATH TIMES [ADDRESS]     (TIMES 0: until standard input ends; ADDRESS: the one to come from)
"""

import http.client
import json
import select
import sys
import time

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


def main() -> None:
    port, path, times = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    own = (sys.argv[4], 0) if len(sys.argv) > 4 else None
    told = {"answered": 0, "recorded": 0, "cut": 0, "slowest": 0.0}
    line: http.client.HTTPConnection | None = None
    while told["answered"] < times if times else not select.select([sys.stdin], [], [], 0)[0]:
        if line is None:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=own)
            try:
                line.connect()
            except OSError:  # Nobody is there: no request is in flight.
                line = None
                time.sleep(0.005)
                continue
        began = time.monotonic()
        try:
            line.request("GET", path, headers={"User-Agent": AGENT})
            answer = line.getresponse()
            answer.read()
            if answer.headers["Content-Length"] is None:  # Cut off among the headers, which raises nothing.
                raise http.client.IncompleteRead(b"")
        except (OSError, http.client.HTTPException):
            told["cut"] += 1
            line.close()
            line = None
            continue
        told["slowest"] = max(told["slowest"], time.monotonic() - began)
        told["answered"] += answer.status == 200
        told["recorded"] += answer.status == 200 and answer.headers["X-View"] == "recorded"
        if answer.will_close:
            line.close()
            line = None
    if line is not None:
        line.close()
    print(json.dumps(told))


main()
