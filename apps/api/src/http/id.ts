import { Injectable, Param, type PipeTransform } from '@nestjs/common';
import { Refusal } from './refusal.ts';

const LARGEST_INTEGER = 2_147_483_647;

@Injectable()
class IdPipe implements PipeTransform<string, number> {
  transform(value: string): number {
    const id = Number(value);
    // What cannot be an id names nothing; 404 as for any other id that names nothing.
    if (!/^[1-9]\d*$/.test(value) || id > LARGEST_INTEGER)
      throw new Refusal('not_found', 'There is nothing with this id.');
    return id;
  }
}

/** The id in the path of a route, `:id` unless named. */
export const Id = (name = 'id'): ParameterDecorator => Param(name, IdPipe);
