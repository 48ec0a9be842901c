"""Workbooks in and out: declared columns, row errors in a returned workbook, progress, and nothing half done."""
