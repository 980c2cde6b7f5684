"""What can go wrong by the rules of the programme, named after the rule."""


class ProgrammeError(Exception):
    """A rule of the programme forbids what was asked."""


class NotFound(ProgrammeError):
    """Nothing of that kind exists, or none that this person may see."""


class NotKept(ProgrammeError):
    """The database could not keep the work just now; whoever typed it should try again."""


class SealBroken(ProgrammeError):
    """Sealed bytes were changed, belong to another place or person, or met the wrong key."""


class UnknownEnvelope(SealBroken):
    """The first byte names no format that this version can read in this place."""


class UnknownKey(SealBroken):
    """The key ring does not hold the key that this was made with."""


class KeyMalformed(ProgrammeError):
    """These bytes are not a key of the kind that is needed."""


class KeyRingMalformed(ProgrammeError):
    """The text of the key ring cannot be read, or its parts do not fit together."""


class KeyIsCurrent(ProgrammeError):
    """The key in use now cannot be retired; another must take its place first."""


class RecipeMalformed(ProgrammeError):
    """The kept recipe for stretching a passphrase cannot be read, or asks the impossible."""


class CodeMistyped(ProgrammeError):
    """A typed code has a wrong length, a foreign character, or a check that fails."""


class SessionEnded(ProgrammeError):
    """The session was ended elsewhere while it was being used."""


class SecondStepWrong(ProgrammeError):
    """The code of the second step fits nothing of this person's, or was used before."""


class TooLong(ProgrammeError):
    """The text is longer than this place can hold."""


class PrintingFailed(ProgrammeError):
    """The press could not make this document: it crashed, took too long, or refused it."""


class PrintingBusy(ProgrammeError):
    """The press has all the work it can do just now; the same request can be made again."""


class UnknownOption(ProgrammeError):
    """An answer names what its question does not offer, or is not of its question's form."""


class TicketSpent(ProgrammeError):
    """An invitation or reset that was used before, has expired, or never was."""


class PassphraseWrong(ProgrammeError):
    """The passphrase does not open what it was asked to open."""


class RecoveryCodeWrong(ProgrammeError):
    """The recovery code is well formed, but it is not this person's."""


class HandleTaken(ProgrammeError):
    """Another person signs in with that name or address."""


class MayNotGrant(ProgrammeError):
    """A role is given only by someone whose own role is above it."""


class JournalIsClosed(ProgrammeError):
    """The journal has to be opened with the passphrase before it can be read."""


class NewerVersion(ProgrammeError):
    """Someone, perhaps the same person in another tab, saved a newer version in the meantime."""


class PromptHasChanged(ProgrammeError):
    """There are words for a box that this prompt does not have, or has no more."""


class CommitmentIsLocked(ProgrammeError):
    """A commitment that has left the draft does not change until it is opened again."""


class LessonHasFaults(ProgrammeError):
    """A lesson with faults is not published; they are listed beside it."""


class DraftMovedOn(ProgrammeError):
    """Somebody else has saved this draft since it was opened."""


class NoAttemptLeft(ProgrammeError):
    """The author of a quiz allows no more attempts at it."""


class TooSoon(ProgrammeError):
    """The author of a quiz asks for a wait between attempts, and it is not over yet."""


class AttemptIsOver(ProgrammeError):
    """Answers cannot change once an attempt has been submitted."""


class NameTaken(ProgrammeError):
    """Another thing of the same kind bears that name."""


class OutOfOrder(ProgrammeError):
    """What comes second would begin before what comes first has ended."""


class ModuleNotOpen(ProgrammeError):
    """The module opens to the participants of this cohort on a later day."""


class ListUnreadable(ProgrammeError):
    """A list of people that cannot be read as a whole."""


class ListEmpty(ListUnreadable):
    """Nobody is in the list."""


class ListTooLarge(ListUnreadable):
    """The list has more bytes or more rows than are taken at once."""


class ListNotText(ListUnreadable):
    """The file is another kind, or another encoding, than CSV in UTF-8."""


class ListNotATable(ListUnreadable):
    """A quote is never closed, or a row has more columns than the first line names."""


class ListWithoutNames(ListUnreadable):
    """The first line of the list names no column for the names of people."""


class ListHasFaults(ProgrammeError):
    """A list with a faulty row is not carried out in part."""


class AlreadyCertified(ProgrammeError):
    """One of these people holds a valid certificate of the same cohort already."""


class CertificateRevoked(ProgrammeError):
    """The certificate no longer holds, so it is neither printed nor revoked again."""
