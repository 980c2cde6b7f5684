"""The last pass over a joined book: stamps, scopes, flags, shared fonts and metadata."""

import hashlib
import uuid
from io import BytesIO
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from nti_lms.printing.structure import elements

PRINT_FLAG = 4


def finish(
    book: Pdf, stamps: Pdf, *, title: str, language: str, subject: str, author: str
) -> bytes:
    """`book` as bytes, with page n of `stamps` under its page n as an artifact."""
    for number, (page, stamp) in enumerate(zip(book.pages, stamps.pages, strict=True)):
        _stamp(book, page, stamp, number)
        for note in page.obj.get("/Annots", ()):
            note.F = int(note.get("/F", 0)) | PRINT_FLAG
    for element in elements(book):
        _scope(element)
    _share_fonts(book)
    _describe(book, title=title, language=language, subject=subject, author=author)
    target = BytesIO()
    book.save(
        target,
        deterministic_id=True,
        object_stream_mode=ObjectStreamMode.generate,
        recompress_flate=False,
    )
    return target.getvalue()


def _stamp(book: Pdf, page: Page, stamp: Page, number: int) -> None:
    drawing = book.copy_foreign(stamp.as_form_xobject())
    name = page.add_resource(drawing, Name.XObject, Name(f"/Stamp{number}"))
    artifact = f"/Artifact <</Type /Pagination>> BDC q {name} Do Q EMC\n"
    page.contents_add(artifact.encode(), prepend=True)


def _scope(element: Object) -> None:
    """Say whether a header cell heads its column or its row, which the renderer leaves out."""
    if element.S not in (Name.TH, Name.TD) or "/A" not in element:
        return
    for holder, key in ((element.A, "/Headers"), (element, "/ID")):
        if key in holder:
            del holder[key]
    if element.S == Name.TH:
        group = element.P.P.S
        element.A.Scope = Name.Column if group == Name.THead else Name.Row


def _share_fonts(book: Pdf) -> None:
    """Keep one copy of each embedded font file, however many parts brought it."""
    first: dict[str, Object] = {}
    for thing in book.objects:
        if isinstance(thing, Dictionary) and thing.get("/Type") == Name.FontDescriptor:
            for key in ("/FontFile2", "/FontFile3"):
                if key in thing:
                    print_of = hashlib.sha256(thing[key].read_raw_bytes()).hexdigest()
                    thing[key] = first.setdefault(print_of, thing[key])


def _describe(book: Pdf, *, title: str, language: str, subject: str, author: str) -> None:
    root = book.Root
    root.Lang = language
    root.MarkInfo = Dictionary(Marked=True)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    book.docinfo["/Title"] = title
    book.docinfo["/Author"] = author
    book.docinfo["/Subject"] = subject
    book.docinfo["/Producer"] = "NTI LMS"
    text = _XMP.format(
        title=escape(title),
        author=escape(author),
        subject=escape(subject),
        language=escape(language),
        id=uuid.uuid5(uuid.NAMESPACE_URL, _fingerprint(book)),
    )
    metadata = book.make_stream(text.encode())
    metadata.Type, metadata.Subtype = Name.Metadata, Name.XML
    root.Metadata = metadata


def _fingerprint(book: Pdf) -> str:
    every = hashlib.sha256()
    for page in book.pages:
        for stream in page.Contents if isinstance(page.Contents, Array) else [page.Contents]:
            every.update(stream.read_raw_bytes())
    return every.hexdigest()


_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>NTI LMS</pdf:Producer>
<xmpMM:DocumentID>uuid:{id}</xmpMM:DocumentID>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
