import { TestBed } from '@angular/core/testing';
import { PERMISSIONS } from '@bookorbit/contracts';
import { AccessChoice } from './access-choice.ts';

it('offers every permission with what it allows, and gives and takes them', async () => {
  const fixture = TestBed.createComponent(AccessChoice);
  fixture.componentRef.setInput('libraries', [{ id: 7, name: 'Fiction', bookCount: 3 }]);
  fixture.componentRef.setInput('permissions', ['download']);
  fixture.componentRef.setInput('libraryIds', [7]);
  await fixture.whenStable();
  const boxes = [...(fixture.nativeElement as HTMLElement).querySelectorAll<HTMLInputElement>('input')];
  expect(boxes).toHaveLength(PERMISSIONS.length + 1);
  for (const box of boxes.slice(0, -1)) expect(box.labels?.[0]?.querySelectorAll('span')).toHaveLength(2);

  boxes[0]?.click();
  boxes[PERMISSIONS.indexOf('download')]?.click();
  boxes.at(-1)?.click();
  expect(fixture.componentInstance.permissions()).toEqual([PERMISSIONS[0]]);
  expect(fixture.componentInstance.libraryIds()).toEqual([]);
});
