-- Meant for an empty database, and run by MariaDB at every start.
DROP DATABASE IF EXISTS ledger;
CREATE DATABASE ledger;
