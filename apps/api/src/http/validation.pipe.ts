import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import { Refusal } from './refusal.ts';

/** Checks every body, query and path against its class: unknown fields are dropped, the first fault is told with its path. */
export function validationPipe(): ValidationPipe {
  return new ValidationPipe({
    transform: true,
    whitelist: true,
    stopAtFirstError: true,
    forbidUnknownValues: true,
    exceptionFactory: (errors) => {
      const { field, message } = firstFault(errors);
      return new Refusal('bad_request', message, { field });
    },
  });
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
