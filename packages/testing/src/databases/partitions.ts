import type { DriverDatabase } from './driver.ts'

/**
 * Splits each table that people own (those with `user_id` in their primary key) by a hash of that column, rows and all. Names,
 * defaults, constraints, indexes and views stay as they were, so that nothing else can tell the difference.
 *
 * @throws where a table can't be split: names each unique key that lacks `user_id`
 */
export async function partitionByUser(
  database: Pick<DriverDatabase, 'query'>,
  partitions: number,
): Promise<void> {
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`Expected how many partitions there are to be, such as 16; got ${partitions}.`)
  }
  await database.query(statement.replaceAll(':partitions', String(partitions)))
}

/**
 * A table can't become a partitioned one: each gives way to a new one of its name. Views and foreign keys hold on to the old one, so
 * they are made again, after all tables.
 */
const statement = `DO $$
DECLARE
  owned oid[];
  unfit text;
  again text[];
  one record;
  command text;
BEGIN
  SELECT array_agg(c.oid) INTO owned
  FROM pg_class c
  JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey)
  WHERE c.relnamespace = 'security_info'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition;

  IF owned IS NULL THEN
    RETURN;
  END IF;

  SELECT string_agg(i.indexrelid::regclass::text, ', ') INTO unfit
  FROM pg_index i
  WHERE i.indrelid = ANY (owned) AND i.indisunique AND NOT EXISTS (
    SELECT FROM pg_attribute a
    WHERE a.attrelid = i.indrelid AND a.attname = 'user_id' AND a.attnum = ANY (i.indkey));
  IF unfit IS NOT NULL THEN
    RAISE EXCEPTION 'These unique keys lack user_id, so their tables can not be partitioned by it: %', unfit;
  END IF;

  SELECT array_agg(definition ORDER BY oid) INTO again FROM (
    SELECT c.oid, format('CREATE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid)) AS definition
    FROM pg_class c WHERE c.relnamespace = 'security_info'::regnamespace AND c.relkind = 'v'
    UNION ALL
    SELECT k.oid, format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k WHERE k.contype = 'f' AND (k.conrelid = ANY (owned) OR k.confrelid = ANY (owned))
  ) AS held;
  FOR one IN SELECT oid::regclass AS name FROM pg_class
    WHERE relnamespace = 'security_info'::regnamespace AND relkind = 'v' ORDER BY oid DESC
  LOOP
    EXECUTE format('DROP VIEW %s', one.name);
  END LOOP;
  FOR one IN SELECT conrelid::regclass AS name, conname FROM pg_constraint
    WHERE contype = 'f' AND (conrelid = ANY (owned) OR confrelid = ANY (owned))
  LOOP
    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.name, one.conname);
  END LOOP;

  FOR one IN
    SELECT c.oid, c.relname AS name,
      (SELECT array_agg(format('ALTER TABLE security_info.%I ADD CONSTRAINT %I %s', c.relname, k.conname, pg_get_constraintdef(k.oid)))
        FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype IN ('p', 'u')) AS keys,
      (SELECT array_agg(pg_get_indexdef(i.indexrelid)) FROM pg_index i
        WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)) AS indexes
    FROM pg_class c WHERE c.oid = ANY (owned)
  LOOP
    EXECUTE format('ALTER TABLE security_info.%I RENAME TO %I', one.name, one.name || '_whole');
    EXECUTE format('CREATE TABLE security_info.%I (LIKE security_info.%I INCLUDING ALL EXCLUDING INDEXES)
      PARTITION BY HASH (user_id)', one.name, one.name || '_whole');
    FOR part IN 0 .. :partitions - 1 LOOP
      EXECUTE format('CREATE TABLE security_info.%I PARTITION OF security_info.%I
        FOR VALUES WITH (MODULUS :partitions, REMAINDER %s)', one.name || '_' || part, one.name, part);
    END LOOP;
    EXECUTE format('INSERT INTO security_info.%I OVERRIDING SYSTEM VALUE SELECT * FROM security_info.%I', one.name, one.name || '_whole');
    EXECUTE format('DROP TABLE security_info.%I', one.name || '_whole');
    FOREACH command IN ARRAY one.keys || coalesce(one.indexes, '{}') LOOP
      EXECUTE command;
    END LOOP;
  END LOOP;
  FOREACH command IN ARRAY coalesce(again, '{}') LOOP
    EXECUTE command;
  END LOOP;
END $$`
