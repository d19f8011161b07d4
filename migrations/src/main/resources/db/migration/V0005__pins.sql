-- A pin keeps something that garbage collection would take.

create table shoal.pin (
  pin_id     bigint       generated always as identity primary key,
  sha256     shoal.sha256,
  run_id     uuid         references shoal.run,
  reason     text         not null,
  created_at timestamptz  not null default now(),
  check (num_nonnulls(sha256, run_id) = 1),
  unique nulls not distinct (sha256, run_id, reason)
);
comment on table shoal.pin is 'What must be kept although nothing else needs it.';
comment on column shoal.pin.pin_id is 'Number of the pin.';
comment on column shoal.pin.sha256 is 'Digest of the artifact or checkpoint to keep.';
comment on column shoal.pin.run_id is 'Run whose artifacts are all to be kept.';
comment on column shoal.pin.reason is 'Why, in words; the same thing may be kept for several reasons.';
comment on column shoal.pin.created_at is 'When it was pinned.';
