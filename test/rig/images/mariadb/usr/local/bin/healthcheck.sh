#!/bin/sh
# `healthcheck.sh --connect --innodb_initialized`: over TCP, so that the server of the first initialisation does not count.
# An answer that refuses the login is an answer.
exec mariadb-admin --protocol=tcp --host=127.0.0.1 --user=healthcheck --connect-timeout=5 ping
