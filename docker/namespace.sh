#!/bin/sh
# Creates the namespace and the search attributes runs carry. Safe to run again. Reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE.
set -eu

# A server that listens may not serve yet, and it sees a new namespace only after some seconds.
retry() {
  for _ in $(seq 30); do
    if "$@"; then return 0; fi
    sleep 1
  done
  return 1
}

namespace() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" > /dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$RETENTION"
}

search_attributes() {
  temporal operator search-attribute create \
    --name MlPipeline --type Keyword \
    --name MlStep --type Keyword \
    --name MlModel --type Keyword \
    --name MlTarget --type Keyword \
    --name MlR2 --type Double
}

retry namespace
retry search_attributes
