"""Benches: each claim about speed is one command, beside a baseline, in the same run.

The programs under test are the shipped ones, with tickets, digests, signatures and the archive
on. They run on the first core; load, baseline's load and measuring run on the last.
"""
