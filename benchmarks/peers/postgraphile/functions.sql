-- A customer's own view, as PostGraphile's documentation advises to write what tables alone do not say:
-- stable SQL functions, which PostgreSQL inlines, and PostGraphile pages.
CREATE SCHEMA IF NOT EXISTS benchmark;

CREATE OR REPLACE FUNCTION benchmark.segments_of_customer(of_tenant text, of_customer text)
RETURNS SETOF public.segment LANGUAGE sql STABLE AS $$
  SELECT * FROM public.segment
  WHERE tenant = of_tenant AND status = 'ACTIVE' AND id IN (
    SELECT segment_id FROM public.customer_assignment
    WHERE tenant = of_tenant AND customer_id = of_customer
  )
  ORDER BY id
$$;

CREATE OR REPLACE FUNCTION benchmark.items_of_customer(of_tenant text, of_customer text)
RETURNS SETOF public.item_assignment LANGUAGE sql STABLE AS $$
  SELECT item_assignment.* FROM public.item_assignment
  WHERE tenant = of_tenant AND segment_id IN (
    SELECT segment.id FROM public.segment
    JOIN public.customer_assignment
      ON customer_assignment.tenant = of_tenant AND customer_assignment.segment_id = segment.id
    WHERE segment.tenant = of_tenant AND status = 'ACTIVE' AND customer_id = of_customer
  )
  ORDER BY segment_id, type, item_id
$$;

-- A text in one language, else in the shop's default one: computed columns, which PostgreSQL inlines too.
CREATE OR REPLACE FUNCTION benchmark.segment_local_name(segment public.segment, language text)
RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(segment.name ->> language, segment.name ->> 'en') $$;

CREATE OR REPLACE FUNCTION benchmark.segment_local_description(segment public.segment, language text)
RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(segment.description ->> language, segment.description ->> 'en')
$$;

CREATE OR REPLACE FUNCTION benchmark.product_local_name(product public.product, language text)
RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(product.name ->> language, product.name ->> 'en') $$;

CREATE OR REPLACE FUNCTION benchmark.category_local_name(category public.category, language text)
RETURNS text LANGUAGE sql STABLE AS $$ SELECT coalesce(category.name ->> language, category.name ->> 'en') $$;
