import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** What a route reads and answers, in names of the contract; arrays as `BookCard[]`. */
export interface RouteTypes {
  readonly asks?: string;
  readonly answers?: string;
}

const ROUTE_DECORATORS = new Set(['Get', 'Post', 'Put', 'Patch', 'Delete']);

/**
 * The types of each route of a controller's file, read from the source: the return type, and what the class of its body implements.
 *
 * @param contractOfDto The contract's name for a class that is checked as body.
 * @returns By `Controller_method`, as OpenAPI names operations here.
 */
export function controllerTypes(path: string, contractOfDto: ReadonlyMap<string, string>): Map<string, RouteTypes> {
  const routes = new Map<string, RouteTypes>();
  const source = sourceOf(path);
  const aliases = importAliases(source);
  for (const declaration of source.statements.filter(ts.isClassDeclaration)) {
    for (const method of declaration.members.filter(ts.isMethodDeclaration)) {
      if (!decoratorNames(method).some((name) => ROUTE_DECORATORS.has(name))) continue;
      const body = method.parameters.find((parameter) => decoratorNames(parameter).includes('Body'));
      const dto = body?.type && contractName(body.type);
      routes.set(`${declaration.name?.text}_${method.name.getText()}`, {
        asks: dto === undefined ? undefined : (contractOfDto.get(dto) ?? (dto.endsWith('Dto') ? undefined : dto)),
        answers: promised(method.type, aliases),
      });
    }
  }
  return routes;
}

/** What each class of a file implements: `NewLibraryDto` → `NewLibrary`. */
export function dtoContracts(path: string): [string, string][] {
  const source = sourceOf(path);
  const aliases = importAliases(source);
  return source.statements.filter(ts.isClassDeclaration).flatMap((declaration): [string, string][] => {
    const implemented = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ImplementsKeyword);
    const contract = implemented?.types[0];
    if (!declaration.name || !contract) return [];
    const name = contractName(contract);
    return [[declaration.name.text, aliases.get(name) ?? name]];
  });
}

function sourceOf(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2023, true);
}

/** The name of a type; of `Open<ProgressPush>`, whose lists are checked item by item, that of what is inside. */
function contractName(type: ts.TypeNode): string {
  const [inner] =
    ts.isTypeReferenceNode(type) || ts.isExpressionWithTypeArguments(type) ? (type.typeArguments ?? []) : [];
  if (inner) return inner.getText();
  return ts.isExpressionWithTypeArguments(type) ? type.expression.getText() : type.getText();
}

/** `import { LinkDocument as LinkDocumentBody }`: the name behind an alias. */
function importAliases(source: ts.SourceFile): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const { importClause } of source.statements.filter(ts.isImportDeclaration)) {
    const bindings = importClause?.namedBindings;
    if (!bindings || !ts.isNamedImports(bindings)) continue;
    for (const { name, propertyName } of bindings.elements) if (propertyName) aliases.set(name.text, propertyName.text);
  }
  return aliases;
}

function decoratorNames(node: ts.HasDecorators): string[] {
  return (ts.getDecorators(node) ?? []).map(({ expression }) =>
    ts.isCallExpression(expression) ? expression.expression.getText() : expression.getText(),
  );
}

/** `Promise<BookList>` → `BookList`; nothing of `void`, of streams, and of what the contract has no name for. */
function promised(type: ts.TypeNode | undefined, aliases: ReadonlyMap<string, string>): string | undefined {
  if (!type) return undefined;
  const inner = ts.isTypeReferenceNode(type) && type.typeName.getText() === 'Promise' ? type.typeArguments?.[0] : type;
  const text = inner?.getText().replace(/^readonly /, '') ?? '';
  // Of a union or intersection the first named part says what it is about.
  const [first = ''] = text.split(/[|&]/).map((part) => part.trim());
  const [, name, list = ''] = /^([A-Z]\w*)(\[\])?$/.exec(first) ?? [];
  return name === undefined ? undefined : `${aliases.get(name) ?? name}${list}`;
}
