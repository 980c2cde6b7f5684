"""The words for each broken rule of the programme."""

from flask_babel import lazy_gettext as _l

from nti_lms.domain import errors
from nti_lms.domain.errors import ProgrammeError

MESSAGES: dict[type[ProgrammeError], object] = {
    ProgrammeError: _l("That cannot be done now."),
    errors.NotFound: _l("We could not find that page. It may have moved, or it may not be yours."),
    errors.NotKept: _l(
        "That could not be saved just now. Your text is still here; please try again."
    ),
    errors.TicketSpent: _l(
        "That link or code no longer works: it was used, or its time is over. Ask for a new one."
    ),
    errors.HandleTaken: _l("Somebody already uses that name or address."),
    errors.MayNotGrant: _l("You cannot give that role."),
    errors.TooLong: _l("That text is longer than this place can hold."),
    errors.SealBroken: _l(
        "That page of the journal cannot be opened. It was not changed; please tell whoever "
        "runs the site."
    ),
    errors.NewerVersion: _l("There is a newer version of this text. Choose which one to keep."),
    errors.PromptHasChanged: _l(
        "The questions here have changed since you opened the page. Copy your text, open the page "
        "again and paste it there."
    ),
    errors.CommitmentIsLocked: _l("This commitment is being read. It can change once it is back."),
    errors.LessonHasFaults: _l("This lesson still has faults. Mend them before you publish it."),
    errors.DraftMovedOn: _l("Somebody else has saved this draft since you opened it."),
    errors.PrintingBusy: _l(
        "Many documents are being made just now. Please ask again in a minute."
    ),
    errors.PrintingFailed: _l(
        "The document could not be made. Nothing was lost; please ask again."
    ),
    errors.AttemptIsOver: _l("This attempt was submitted already. You can begin another one."),
    errors.NoAttemptLeft: _l("No attempt is left. Your best result counts."),
    errors.TooSoon: _l("It is too soon for another attempt. The page of the quiz says when."),
    errors.NameTaken: _l("Another one has that name already."),
    errors.OutOfOrder: _l("The second gathering cannot begin before the first one has ended."),
    errors.ModuleNotOpen: _l("This module is not open to your cohort yet."),
    errors.ListEmpty: _l("Nobody is in that list. Paste it, or choose a file."),
    errors.ListTooLarge: _l("That list is too large: at most 200 kB and 500 people at once."),
    errors.ListNotText: _l(
        "That file is not CSV in UTF-8. In the spreadsheet, save it as CSV UTF-8, then choose it "
        "again."
    ),
    errors.ListNotATable: _l(
        "That list cannot be read: a quotation mark is never closed, or a row has more columns "
        "than the first line."
    ),
    errors.ListWithoutNames: _l(
        "The first line must name the columns, and one of them is nombre or name."
    ),
    errors.ListHasFaults: _l("The list still has rows to correct. Nobody was invited."),
    errors.AlreadyCertified: _l(
        "Somebody else has just issued one of these certificates. Open the page again to see who "
        "is left."
    ),
    errors.CertificateRevoked: _l("This certificate was revoked. It can no longer be printed."),
    errors.UnknownOption: _l("One of the answers is not among the options. Nothing was changed."),
    errors.SessionEnded: _l("Your session has ended. Please sign in again."),
    errors.SecondStepWrong: _l("That code does not fit, or it was used before."),
    errors.JournalIsClosed: _l("Your journal is closed. Open it with your passphrase first."),
}
STATUS: dict[type[ProgrammeError], int] = {
    errors.NotFound: 404,
    errors.NotKept: 503,
    errors.TicketSpent: 410,
    errors.TooLong: 413,
    errors.UnknownOption: 422,
    errors.SecondStepWrong: 422,
    errors.SessionEnded: 401,
    errors.PrintingBusy: 503,
    errors.PrintingFailed: 503,
    errors.SealBroken: 500,
}


def words(error: ProgrammeError) -> str:
    """What to say, by the nearest kind that has words of its own."""
    return str(next(MESSAGES[kind] for kind in type(error).__mro__ if kind in MESSAGES))


def status(error: ProgrammeError) -> int:
    """Its HTTP status; 409, a broken rule, unless its kind says otherwise."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 409)
