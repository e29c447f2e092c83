"""EXAM files as Pearson VUE sends them, and worse: plain functions."""

import io
import zipfile

NAMES = ("RegistrationID", "ClientCandidateID", "TCID", "ExamSeriesCode", "ExamDate", "PassingScore", "Score", "Grade",
         "NoShow", "NDARefused", "ClientAuthorizationID", "Voucher")  # fmt: skip
GOOD = {
    "RegistrationID": "1001", "ClientCandidateID": "55", "TCID": "61000", "ExamSeriesCode": "WINS-FND",
    "ExamDate": "2027/02/20 09:30:00", "PassingScore": "70.0", "Score": "81.5", "Grade": "Pass", "NoShow": "false",
    "NDARefused": "FALSE", "ClientAuthorizationID": "A-1", "Voucher": "",
}  # fmt: skip
# A real one: other order, and nearly everything blank.
NO_SHOW_NAMES = ("ExamLanguage", "NoShow", "RegistrationID", "ExamDate", "ClientCandidateID", "ClientAuthorizationID",
                 "ExamSeriesCode", "TCID", "Score", "Grade", "Attempt", "NDARefused")  # fmt: skip
NO_SHOW = "\t".join(NO_SHOW_NAMES) + "\r\nENU\tTRUE\t4711\t02/19/2027 08:00:00\t55\t908\tWINS-FND\t61000\t\t\t\t\r\n"


def table(*rows, names=NAMES, tab="\t", end="\r\n"):
    """Lines with a header; each row says what differs from a good one."""
    lines = [tab.join(names)]
    lines += [tab.join((GOOD | row).get(name, "") for name in names) for row in rows]
    return end.join(lines) + end


def packed(**members):
    """A ZIP; double underscores in names stand for dots."""
    return zipped({name.replace("__", "."): text for name, text in members.items()})


def zipped(members):
    """A ZIP of members by their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in members.items():
            made.writestr(name, text)
    return out.getvalue()
