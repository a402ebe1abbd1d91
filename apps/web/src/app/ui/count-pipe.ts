import { Pipe, type PipeTransform } from '@angular/core';

const FORMAT = new Intl.NumberFormat();

/** A number as the browser's own language writes it: "12,345". */
@Pipe({ name: 'boCount' })
export class CountPipe implements PipeTransform {
  transform(count: number): string {
    return FORMAT.format(count);
  }
}
