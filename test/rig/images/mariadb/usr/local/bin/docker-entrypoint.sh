#!/bin/bash
# Behaves like the entry point of the official image, as far as recipes rely on it.
set -Eeo pipefail

# MARIADB_X, MARIADB_X_FILE, MYSQL_X, MYSQL_X_FILE: the first that is set.
value_of() {
  local prefix name file
  for prefix in MARIADB MYSQL; do
    name="${prefix}_$1" file="${prefix}_$1_FILE"
    if [ -n "${!name:-}" ]; then printf '%s' "${!name}"; return; fi
    if [ -n "${!file:-}" ]; then printf '%s' "$(< "${!file}")"; return; fi
  done
}

quoted() { printf '%s' "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g"; }

if [ "${1:0:1}" = '-' ]; then set -- mariadbd "$@"; fi
data=/var/lib/mysql

if { [ "$1" = mariadbd ] || [ "$1" = mysqld ]; } && [ "$(id -u)" = 0 ]; then
  install -d -o mysql -g mysql /run/mysqld
  find "$data" \! -user mysql -exec chown mysql:mysql '{}' +
  exec gosu mysql "$BASH_SOURCE" "$@"
fi

if [ "$1" = mariadbd ] || [ "$1" = mysqld ]; then
  set -- "$@" --bind-address=0.0.0.0 --datadir="$data"
  if [ ! -d "$data/mysql" ]; then
    root=$(value_of ROOT_PASSWORD) database=$(value_of DATABASE) user=$(value_of USER) password=$(value_of PASSWORD)
    if [ -z "$root$MARIADB_ALLOW_EMPTY_ROOT_PASSWORD$MARIADB_RANDOM_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD" ]; then
      echo >&2 '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified'
      exit 1
    fi
    mariadb-install-db --datadir="$data" --auth-root-authentication-method=normal --skip-test-db > /dev/null
    mariadbd --datadir="$data" --skip-networking --socket=/run/mysqld/init.sock &
    server=$!
    for _ in $(seq 300); do
      if mariadb-admin --socket=/run/mysqld/init.sock -uroot ping > /dev/null 2>&1; then break; fi
      kill -0 "$server"
      sleep 0.1
    done
    {
      # The installer leaves roots without a password for the loopback address and the host's name.
      echo "DELETE FROM mysql.global_priv WHERE User IN ('root', '') AND Host <> 'localhost'; FLUSH PRIVILEGES;"
      if [ -n "$database" ]; then echo "CREATE DATABASE IF NOT EXISTS \`$database\`;"; fi
      if [ -n "$user" ]; then
        echo "CREATE USER '$(quoted "$user")'@'%' IDENTIFIED BY '$(quoted "$password")';"
        if [ -n "$database" ]; then echo "GRANT ALL ON \`$database\`.* TO '$(quoted "$user")'@'%';"; fi
      fi
      if [ -n "$root" ]; then
        echo "CREATE USER 'root'@'%' IDENTIFIED BY '$(quoted "$root")';"
        echo "GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;"
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$(quoted "$root")';"
      fi
    } | mariadb --socket=/run/mysqld/init.sock -uroot
    for script in /docker-entrypoint-initdb.d/*; do
      case $script in
        *.sh) if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
        *.sql) mariadb --socket=/run/mysqld/init.sock -uroot ${root:+"-p$root"} "$database" < "$script" ;;
      esac
    done
    kill "$server"
    wait "$server"
    echo '[Note] [Entrypoint]: MariaDB init process done. Ready for start up.'
  fi
fi

exec "$@"
