-- A tag is a name that people give to an artifact; a paused run is open, but does not work.

create table shoal.tag (
  name       text         primary key check (name ~ '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$'),
  sha256     shoal.sha256 not null references shoal.artifact,
  created_at timestamptz  not null default now()
);
create index tag_by_artifact on shoal.tag (sha256);
comment on table shoal.tag is 'A name that people gave to an artifact, which is kept as long as it has one.';
comment on column shoal.tag.name is 'The name, unlike any digest.';
comment on column shoal.tag.sha256 is 'Artifact that it names now.';
comment on column shoal.tag.created_at is 'When it was given to that artifact.';

alter table shoal.run
  drop constraint run_status_check,
  drop constraint run_check,
  add constraint run_status_check check (status in
    ('RUNNING', 'PAUSED', 'NEEDS_ATTENTION', 'SUCCEEDED', 'FAILED', 'CANCELED', 'TERMINATED')),
  add constraint run_check check
    ((ended_at is null) = (status in ('RUNNING', 'PAUSED', 'NEEDS_ATTENTION')));
comment on column shoal.run.status is 'RUNNING, PAUSED (by a person), NEEDS_ATTENTION (waits for a person), SUCCEEDED, FAILED, CANCELED or TERMINATED.';
