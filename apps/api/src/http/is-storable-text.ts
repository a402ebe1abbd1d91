import { registerDecorator } from 'class-validator';

/** Text Postgres can keep: no NUL character and no half of a surrogate pair. */
export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

/** Refuses text that cannot be kept, in a string or an array of strings; leaves judging other types to other decorators. */
export function IsStorableText(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isStorableText',
      target: target.constructor,
      propertyName: String(propertyName),
      options: { message: '$property holds a NUL character or half of a surrogate pair; send plain Unicode text.' },
      validator: {
        validate: (value: unknown) =>
          Array.isArray(value)
            ? value.every((item) => typeof item !== 'string' || isStorableText(item))
            : typeof value !== 'string' || isStorableText(value),
      },
    });
}
