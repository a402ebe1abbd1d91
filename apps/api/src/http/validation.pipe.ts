import { type ArgumentMetadata, HttpException, type PipeTransform, ValidationPipe } from '@nestjs/common';
import { type ValidationError, validateSync } from 'class-validator';
import { type DtoClass, dtoInstance, untransformable } from './dto-instance.ts';
import { Refusal } from './refusal.ts';

/** Rules for checking an instance: unknown fields are dropped, the first fault is told. */
export const CHECKS = { whitelist: true, stopAtFirstError: true, forbidUnknownValues: true } as const;

/** Checks every body, query and path against its class; the first fault is told with its path. */
export function validationPipe(): PipeTransform {
  const usual = new ValidationPipe({ transform: true, ...CHECKS, exceptionFactory: (errors) => refusalOf(errors) });
  return {
    transform: (value: unknown, metadata: ArgumentMetadata): unknown => {
      const Dto = metadata.metatype as DtoClass<object> | undefined;
      // Nothing is declared about it: whoever takes it checks it, or a guard put it there.
      if (Dto === undefined || Dto === Object || metadata.type === 'custom') return value;
      return Dto?.rawFields ? checkedInstance(Dto, value) : transformed(usual, value, metadata);
    },
  };
}

async function transformed(pipe: ValidationPipe, value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
  try {
    return await pipe.transform(value, metadata);
  } catch (error) {
    throw error instanceof Refusal || error instanceof HttpException ? error : untransformable();
  }
}

/**
 * @returns An instance that keeps all rules of its class.
 * @throws Refusal `bad_request` with the first fault.
 */
export function checkedInstance<T extends object>(Dto: DtoClass<T>, value: unknown): T {
  const instance = dtoInstance(Dto, typeof value === 'object' && value !== null ? value : {});
  const faults = validateSync(instance, CHECKS);
  if (faults.length > 0) throw refusalOf(faults);
  return instance;
}

function refusalOf(errors: readonly ValidationError[]): Refusal {
  const { field, message } = firstFault(errors);
  return new Refusal('bad_request', message, { field });
}

/** @returns Path and sentence of the first fault: `books[3].hash`. */
export function firstFault(errors: readonly ValidationError[], parent = ''): { field: string; message: string } {
  const [error] = errors;
  if (!error) return { field: parent, message: 'The request is not of the form this route reads.' };
  const field = pathTo(parent, error.property);
  const [message] = Object.values(error.constraints ?? {});
  return message === undefined && error.children?.length
    ? firstFault(error.children, field)
    : { field, message: `${field}: ${message ?? 'is wrong'}.`.replace(/\.\.$/, '.') };
}

function pathTo(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent === '' ? property : `${parent}.${property}`;
}
