import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** An Avro schema as parsed JSON: a name, a union or a definition. */
type AvroSchema = string | AvroSchema[] | AvroDefinition;
interface AvroField {
  name: string;
  doc?: string;
  type: AvroSchema;
}
interface AvroDefinition {
  type: string;
  name?: string;
  doc?: string;
  fields?: AvroField[];
  items?: AvroSchema;
  values?: AvroSchema;
  symbols?: string[];
}

const primitives: Record<string, string> = {
  string: 'string',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  bytes: 'Buffer',
  null: 'null',
};

/**
 * Writes TypeScript for every `schemas/events/*.avsc`: one interface a record, one union an enum, and the schemas themselves as
 * constants so that the compiled program needs no files beside it.
 *
 * @param schemaDir folder of the `.avsc` files
 * @returns source text of `schemas/events.generated.ts`
 */
export function generateEventTypes(schemaDir: string): string {
  const declared = new Map<string, string>();
  const constants: string[] = [];
  const names: string[] = [];

  const typeOf = (schema: AvroSchema): string => {
    if (typeof schema === 'string') return primitives[schema] ?? schema;
    if (Array.isArray(schema)) return schema.map(typeOf).join(' | ');
    switch (schema.type) {
      case 'array':
        return `${wrap(typeOf(schema.items ?? 'null'))}[]`;
      case 'map':
        return `Record<string, ${typeOf(schema.values ?? 'null')}>`;
      case 'enum':
      case 'record':
        declare(schema);
        return schema.name ?? 'never';
      default:
        return typeOf(schema.type);
    }
  };
  const declare = (schema: AvroDefinition): void => {
    const name = schema.name ?? 'Unnamed';
    if (declared.has(name)) return;
    declared.set(name, '');
    const doc = schema.doc === undefined ? '' : `/** ${schema.doc} */\n`;
    if (schema.type === 'enum') {
      const symbols = (schema.symbols ?? []).map((symbol) => `'${symbol}'`).join(' | ');
      declared.set(name, `${doc === '' ? `/** Symbols of the Avro enum ${name}. */\n` : doc}export type ${name} = ${symbols};\n`);
      return;
    }
    const fields = (schema.fields ?? []).map((field) => {
      const comment = field.doc === undefined ? '' : `  /** ${field.doc} */\n`;
      return `${comment}  ${field.name}: ${typeOf(field.type)};\n`;
    });
    declared.set(name, `${doc}export interface ${name} {\n${fields.join('')}}\n`);
  };

  for (const file of readdirSync(schemaDir)
    .filter((name) => name.endsWith('.avsc'))
    .sort()) {
    const schema = JSON.parse(readFileSync(join(schemaDir, file), 'utf8')) as AvroDefinition;
    declare(schema);
    const constant = `${camel(file.replace(/\.avsc$/, ''))}Schema`;
    names.push(constant);
    constants.push(
      `/** Avro schema of {@link ${schema.name ?? ''}} (schemas/events/${file}). */\nexport const ${constant} = ${JSON.stringify(JSON.stringify(schema))};\n`,
    );
  }
  return `// Generated from schemas/events/*.avsc by scripts/generate.ts: do not edit.\n\n${[...declared.values()].join('\n')}\n${constants.join('\n')}`;
}

function wrap(type: string): string {
  return type.includes('|') ? `(${type})` : type;
}

function camel(kebab: string): string {
  return kebab.replace(/-(.)/g, (_match, letter: string) => letter.toUpperCase());
}
