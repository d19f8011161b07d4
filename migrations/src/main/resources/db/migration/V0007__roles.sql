-- Three roles that logins may be made members of. A user who may not create roles skips this;
-- roles made beforehand by an administrator are granted their rights all the same.

do $$
declare
  role_name text;
begin
  if (select rolsuper or rolcreaterole from pg_roles where rolname = current_user) then
    foreach role_name in array array['shoal_owner', 'shoal_worker', 'shoal_reader'] loop
      begin
        execute format('create role %I nologin', role_name);
      exception when duplicate_object or unique_violation then
        null; -- made by another database of this server
      end;
    end loop;
  end if;

  for role_name in select rolname from pg_roles where rolname like 'shoal\_%' loop
    case role_name
      when 'shoal_owner' then
        grant all on schema shoal to shoal_owner;
        grant all on all tables in schema shoal to shoal_owner;
        alter default privileges in schema shoal grant all on tables to shoal_owner;
      when 'shoal_worker' then
        grant usage on schema shoal to shoal_worker;
        grant select, insert, update, delete on all tables in schema shoal to shoal_worker;
        revoke insert, update, delete on shoal.flyway_schema_history from shoal_worker;
        alter default privileges in schema shoal
          grant select, insert, update, delete on tables to shoal_worker;
      when 'shoal_reader' then
        grant usage on schema shoal to shoal_reader; -- the views are granted where they are made
      else
        null;
    end case;
  end loop;
end
$$;
