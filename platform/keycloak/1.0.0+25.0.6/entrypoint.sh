#!/bin/bash
# Keycloak takes passwords from its environment alone.
set -eu
export KEYCLOAK_ADMIN="$ADMIN_USERNAME"
export KEYCLOAK_ADMIN_PASSWORD="$(</run/secrets/admin_password)"
if [ -e /run/secrets/db_password ]; then
  export KC_DB_PASSWORD="$(</run/secrets/db_password)"
fi
exec /opt/keycloak/bin/kc.sh start
