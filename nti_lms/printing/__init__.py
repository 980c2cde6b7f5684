"""Paper: a workbook becomes HTML parts, each part a PDF, and the parts one accessible book.

Only `render`, `press`, `child` and `room` load WeasyPrint; the web process imports none of them.
"""
