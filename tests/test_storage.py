"""Files by the hash of their content."""

import hashlib

import pytest

from nti_lms.domain.errors import NotFound
from nti_lms.storage import Storage


@pytest.fixture
def storage(tmp_path):
    return Storage(tmp_path / "files")


def files(storage):
    return [path for path in storage.folder.rglob("*") if path.is_file()]


def test_what_was_put_is_got_by_the_hash_of_its_bytes(storage):
    name = storage.put(b"words")

    assert name == hashlib.sha256(b"words").hexdigest()
    assert storage.get(name) == b"words"
    assert oct(storage.path(name).stat().st_mode)[-3:] == "600"


def test_the_same_bytes_are_kept_once(storage):
    names = {storage.put(b"words") for _ in range(3)}

    assert len(names) == len(files(storage)) == 1


@pytest.mark.parametrize(
    "name",
    ["", "x", "0" * 64, "A" * 64, "../../../etc/passwd", "0/../" + "0" * 59, "0" * 63 + "\n"],
)
def test_a_name_that_names_nothing_is_not_found(storage, name):
    storage.put(b"words")

    with pytest.raises(NotFound):
        storage.get(name)


def test_all_that_is_kept_is_listed_and_nothing_half_written(storage):
    names = {storage.put(words) for words in (b"one", b"two")}
    (storage.folder / "ab").mkdir(exist_ok=True)
    (storage.folder / "ab" / "tmp1234").write_bytes(b"left by a crash")

    assert set(storage.list_names()) == names
