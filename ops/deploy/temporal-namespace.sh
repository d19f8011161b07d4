#!/bin/sh
# The namespace, with closed runs kept for 90 days.
set -eu
until temporal operator cluster health; do sleep 2; done
temporal operator namespace describe default ||
  temporal operator namespace create --namespace default --retention 90d
temporal operator namespace update --namespace default --retention 90d
