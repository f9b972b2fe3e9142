"""`report.html`: one file that opens anywhere, asks nobody, and reads without JavaScript; made of markup that is safe by construction."""
