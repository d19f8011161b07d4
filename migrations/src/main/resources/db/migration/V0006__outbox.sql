-- Messages are written in the transaction they report on, and sent afterwards, at least once.

create table shoal.outbox (
  message_id bigint      generated always as identity primary key,
  topic      text        not null,
  dedup_key  text        not null unique,
  payload    jsonb       not null,
  created_at timestamptz not null default now(),
  sent_at    timestamptz
);
create index outbox_unsent on shoal.outbox (message_id) where sent_at is null;
comment on table shoal.outbox is 'Messages to other systems, written in the transaction that they report on.';
comment on column shoal.outbox.message_id is 'Order of writing.';
comment on column shoal.outbox.topic is 'What happened, such as stage.computed.';
comment on column shoal.outbox.dedup_key is 'Names the event, so that a receiver can drop a repetition.';
comment on column shoal.outbox.payload is 'The message.';
comment on column shoal.outbox.created_at is 'When the event happened.';
comment on column shoal.outbox.sent_at is 'When it was sent; absent until then.';
