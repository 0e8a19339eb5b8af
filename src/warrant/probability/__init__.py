"""Claims about samples: tables, confidence limits, and the statements that the checker reads (docs/probability.md).

Untrusted: the checker reads the tables, counts and bounds by itself.
"""

from warrant.probability.limits import clopper_pearson, hoeffding
from warrant.probability.statement import MAGIC, Bound, Statement, read_statement, write_statement
from warrant.probability.tables import Table, read_table

__all__ = [
    "MAGIC",
    "Bound",
    "Statement",
    "Table",
    "clopper_pearson",
    "hoeffding",
    "read_statement",
    "read_table",
    "write_statement",
]
