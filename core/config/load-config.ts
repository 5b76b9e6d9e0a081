import { z } from 'zod';
import { parse as parseYaml, YAMLParseError } from 'yaml';

import { ConfigError } from '../errors/app-error.ts';
import { secretVariables } from './secret.ts';

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  /** Dotted path of the key, e.g. `streams.0.source.kind`. */
  path: string;
  /** What stands there, shortened; secrets are never echoed. */
  found: string;
  /** What should stand there. */
  expected: string;
}

/** Where configuration values come from; later ones win: defaults < YAML < environment < overrides (flags). */
export interface ConfigInputs {
  /** Text of the YAML file, absent when none was given. */
  yaml?: string;
  /** Name of the YAML file for messages. */
  yamlName?: string;
  /** Environment; only names that start with {@link envPrefix} count. */
  env?: Readonly<Record<string, string | undefined>>;
  /** Values from command-line flags, nested as in the schema. */
  overrides?: Readonly<Record<string, unknown>>;
}

/** Environment variables are `SIGHTLINE_SECTION__KEY`, upper snake case for camel case, `__` between levels. */
const envPrefix = 'SIGHTLINE_';

const reserved: ReadonlySet<string> = new Set(Object.values(secretVariables));

const secretKey = /password|secret|token|apikey|credential/i;

/**
 * Builds one strict, typed, frozen configuration.
 *
 * @throws ConfigError `E_CONFIG_INVALID` that lists every problem at once (`details.problems` holds them as {@link ConfigProblem}s)
 */
export function loadConfig<Schema extends z.ZodType>(schema: Schema, inputs: ConfigInputs): z.output<Schema> {
  const problems: ConfigProblem[] = [];
  const jsonSchema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  let raw: unknown = readYaml(inputs, problems);
  raw = merge(raw, readEnv(inputs.env ?? {}, jsonSchema, problems));
  raw = merge(raw, inputs.overrides ?? {});
  const result = schema.safeParse(raw);
  if (!result.success) problems.push(...result.error.issues.flatMap((issue) => problemsOf(issue, raw)));
  if (problems.length > 0 || !result.success) throw configError(problems, inputs.yamlName);
  return deepFreeze(result.data);
}

function configError(problems: ConfigProblem[], name: string | undefined): ConfigError {
  const where = name === undefined ? 'The configuration' : `The configuration ${name}`;
  const lines = problems.map((problem) => `  ${problem.path}: found ${problem.found}, expected ${problem.expected}`);
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  return new ConfigError('E_CONFIG_INVALID', `${where} has ${count}:\n${lines.join('\n')}`, { details: { problems } });
}

function readYaml(inputs: ConfigInputs, problems: ConfigProblem[]): unknown {
  if (inputs.yaml === undefined) return {};
  try {
    const value: unknown = parseYaml(inputs.yaml, { maxAliasCount: 20 }) ?? {};
    if (isObject(value)) return value;
    problems.push({
      path: '(file)',
      found: Array.isArray(value) ? 'a list' : `one ${typeof value}`,
      expected: 'sections with keys, such as "log:" (docs/configuration.md)',
    });
    return {};
  } catch (error) {
    const text = error instanceof YAMLParseError ? (error.message.split('\n')[0] ?? error.message) : String(error);
    problems.push({ path: '(file)', found: text, expected: 'a YAML document' });
    return {};
  }
}

/** The part of JSON Schema that is needed to find the type of a key. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  description?: string;
  minimum?: number;
  maximum?: number;
  additionalProperties?: boolean | JsonSchema;
}

function readEnv(env: Readonly<Record<string, string | undefined>>, schema: JsonSchema, problems: ConfigProblem[]): Record<string, unknown> {
  const tree: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith(envPrefix) || text === undefined) continue;
    if (!name.includes('__')) {
      // Variables without a section steer the launcher or hold secrets; one that begins like a section is a slip of the finger.
      const [section = '', ...rest] = name.slice(envPrefix.length).toLowerCase().split('_');
      if (schema.properties?.[section] !== undefined && !reserved.has(name)) {
        problems.push({
          path: name,
          found: 'one underscore after the section',
          expected: `two: ${envPrefix}${section.toUpperCase()}__${rest.join('_').toUpperCase()}`,
        });
      }
      continue;
    }
    const path = name.slice(envPrefix.length).split('__').map(camelCase);
    const type = path.reduce<JsonSchema | undefined>((node, key) => node?.properties?.[key], schema);
    // A string stays as it is: a password of digits must not become a number.
    const value: unknown = type?.type === 'string' || type === undefined ? text : safeScalar(text);
    path.reduce<Record<string, unknown>>((node, key, depth) => {
      if (depth === path.length - 1) node[key] = value;
      else node[key] ??= {};
      return node[key] as Record<string, unknown>;
    }, tree);
  }
  return tree;
}

function safeScalar(text: string): unknown {
  try {
    return parseYaml(text, { maxAliasCount: 0 });
  } catch {
    return text;
  }
}

function camelCase(upperSnake: string): string {
  return upperSnake.toLowerCase().replace(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Later objects win key by key; arrays and scalars are replaced whole. */
function merge(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over === undefined ? base : over;
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) merged[key] = merge(merged[key], value);
  return merged;
}

function problemsOf(issue: z.core.$ZodIssue, raw: unknown): ConfigProblem[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      found: 'a key that is not known',
      expected: 'no such key (see docs/configuration.md for the keys there are)',
    }));
  }
  return [{ path: path.join('.') || '(top level)', found: show(valueAt(raw, path), path.at(-1) ?? ''), expected: expectation(issue) }];
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
  if (issue.code === 'too_small') return `${issue.inclusive === false ? 'more than' : 'at least'} ${String(issue.minimum)}`;
  if (issue.code === 'too_big') return `${issue.inclusive === false ? 'less than' : 'at most'} ${String(issue.maximum)}`;
  return issue.message
    .replace(/^Invalid input: expected /, '')
    .replace(/^expected /, '')
    .replace(/, received .*$/, '');
}

function valueAt(raw: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (typeof node === 'object' && node !== null ? (node as Record<string, unknown>)[key] : undefined), raw);
}

function show(value: unknown, key: string): string {
  if (value === undefined) return 'nothing';
  if (secretKey.test(key)) return 'a secret (not shown)';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
