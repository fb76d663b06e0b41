// A statement for a list and a selection of its fields: only the columns that are asked for, and only the joins that
// those need, made for the rows that the limit leaves. `shape` makes an object of a row, nested as the schema is.

const names = new Map();

export class Parameters {
  #sources = [];

  // The placeholder of a value; `source` takes it from a request.
  add(source) {
    this.#sources.push(source);
    return `$${this.#sources.length}`;
  }

  of(request) {
    return this.#sources.map((source) => source(request));
  }
}

// `limited` gets the parameters and gives the FROM clause; `last` is a column for the caller, behind those of the fields.
export function statement(type, nodes, fragments, { limited, order, last }) {
  const parameters = new Parameters();
  parameters.add(({ tenant }) => tenant);
  const from = limited(parameters);
  const selection = new Selection(parameters, fragments);
  const source = selection.object(type, nodes);
  const columns = last ? [...selection.columns, last] : selection.columns;
  const text = `SELECT ${columns.join(", ")} FROM ${from} ${[...selection.joins].join(" ")} ORDER BY ${order}`;
  if (!names.has(text)) names.set(text, `statement-${names.size}`);
  return { name: names.get(text), text, parameters, shape: new Function("row", `return ${source}`), batches: new Map() };
}

class Selection {
  columns = [];
  joins = new Set();

  constructor(parameters, fragments) {
    this.parameters = parameters;
    this.fragments = fragments;
  }

  // The source text of an object, of the fields that the nodes select.
  object(type, nodes) {
    const selected = fieldsOf(nodes, this.fragments);
    for (const name of [...(type.always ?? []), type.nullWithout]) {
      if (name && !selected.has(name)) selected.set(name, []);
    }
    const members = [];
    for (const [name, fieldNodes] of selected) {
      const field = type.fields[name];
      if (field) members.push(`${name}: ${field.fields ? this.object(field, fieldNodes) : this.leaf(field, fieldNodes)}`);
    }
    const object = `{ ${members.join(", ")} }`;
    return type.nullWithout ? `${this.leaf(type.fields[type.nullWithout])} === null ? null : ${object}` : object;
  }

  leaf(field, nodes) {
    for (const join of field.joins ?? []) this.joins.add(join);
    const sql = field.sql ?? this.localized(field.localized, nodes);
    const known = this.columns.indexOf(sql);
    return `row[${known < 0 ? this.columns.push(sql) - 1 : known}]`;
  }

  // SQL picks the language, unless there are several: then the resolver does, of all.
  localized(column, nodes) {
    const languages = new Map(nodes.map((node) => [JSON.stringify(argument(node, "language")), node]));
    if (languages.size > 1) return column;
    const language = argument(nodes[0], "language");
    const source = language?.variable ? ({ variables }) => variables[language.variable] : () => language?.value;
    return `coalesce(${column} ->> ${this.parameters.add(source)}, ${column} ->> 'en')`;
  }
}

export function fieldsOf(nodes, fragments, fields = new Map()) {
  for (const { selectionSet } of nodes) {
    for (const selection of selectionSet.selections) {
      if (selection.kind === "Field") {
        const name = selection.name.value;
        fields.set(name, [...(fields.get(name) ?? []), selection]);
      } else {
        fieldsOf([selection.kind === "FragmentSpread" ? fragments[selection.name.value] : selection], fragments, fields);
      }
    }
  }
  return fields;
}

function argument(node, name) {
  const value = node.arguments.find((one) => one.name.value === name)?.value;
  return value && (value.kind === "Variable" ? { variable: value.name.value } : { value: value.value });
}
