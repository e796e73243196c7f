-- One view for each register, for reports and other readers of SQL: records in force, without personal and encrypted fields.
create schema report;

-- Makes the partitions of this month and the next ones; safe to call on every start. Where the rest has taken rows of a month already, they stay there.
create or replace function registers.make_history_partitions(months int) returns void language plpgsql as $$
declare
    start date := date_trunc('month', now() at time zone 'UTC')::date;
    part text;
    lower timestamptz;
    upper timestamptz;
begin
    perform pg_advisory_xact_lock(hashtext('registers.history'));
    for i in 0 .. months loop
        part := 'history_' || to_char(start + make_interval(months => i), 'YYYYMM');
        lower := (start + make_interval(months => i)) at time zone 'UTC';
        upper := (start + make_interval(months => i + 1)) at time zone 'UTC';
        if to_regclass('registers.' || part) is null and not exists (select from registers.history_rest where at >= lower and at < upper) then
            execute format('create table registers.%I partition of registers.history for values from (%L) to (%L)', part, lower, upper);
        end if;
    end loop;
end $$;
