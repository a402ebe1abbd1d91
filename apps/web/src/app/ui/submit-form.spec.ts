import { Component, signal } from '@angular/core';
import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { form, required } from '@angular/forms/signals';
import { Failure } from '../api/index.ts';
import { submitForm } from './submit-form.ts';
import { TextField } from './text-field.ts';

@Component({
  selector: 'bo-test-form',
  imports: [TextField],
  template: `
    <form (submit)="send($event)">
      <bo-text-field label="Name" hint="As on the cover." [field]="form.name" />
      <bo-text-field label="Secret" [isPassword]="true" [field]="form.secret" />
    </form>
  `,
})
class TestForm {
  readonly sent: unknown[] = [];
  emptyAfterSending = false;
  refusal: Failure | undefined;
  readonly failure = signal<Failure | undefined>(undefined);
  readonly form = form(signal({ name: '', secret: '' }), (path) => {
    required(path.name, { message: 'Give it a name.' });
    required(path.secret, { message: 'Give it a secret.' });
  });

  send(event?: Event): Promise<void> {
    event?.preventDefault();
    return submitForm(
      this.form,
      this.failure,
      async () => {
        if (this.refusal !== undefined) throw this.refusal;
        this.sent.push(this.form().value());
        if (this.emptyAfterSending) this.form().reset({ name: '', secret: '' });
      },
      { name: this.form.name, name_taken: this.form.name },
    );
  }
}

async function show(): Promise<{ fixture: ComponentFixture<TestForm>; inputs: HTMLInputElement[] }> {
  const fixture = TestBed.createComponent(TestForm);
  document.body.append(fixture.nativeElement as HTMLElement);
  await fixture.whenStable();
  return { fixture, inputs: [...(fixture.nativeElement as HTMLElement).querySelectorAll('input')] };
}

async function fill({ fixture, inputs }: Awaited<ReturnType<typeof show>>, ...values: string[]): Promise<void> {
  values.forEach((value, index) => {
    const input = inputs[index]!;
    input.value = value;
    input.dispatchEvent(new Event('input'));
  });
  await fixture.whenStable();
}

/** What a screen reader says of an input besides its label. */
function descriptionOf(input: HTMLInputElement): string {
  const ids = input.getAttribute('aria-describedby')?.split(' ') ?? [];
  return ids.map((id) => document.getElementById(id)?.textContent?.trim()).join(' ');
}

describe('A form', () => {
  afterEach(() => document.body.replaceChildren());

  it('labels its inputs and ties the hint to them', async () => {
    const { inputs } = await show();
    expect(inputs[0]?.labels?.[0]?.textContent).toBe('Name');
    expect(descriptionOf(inputs[0]!)).toBe('As on the cover.');
  });

  it('is not sent while a field is wrong; the first such field gets the focus and says why', async () => {
    const shown = await show();
    await shown.fixture.componentInstance.send();
    await shown.fixture.whenStable();
    expect(shown.fixture.componentInstance.sent).toEqual([]);
    expect(document.activeElement).toBe(shown.inputs[0]);
    expect(shown.inputs[0]?.getAttribute('aria-invalid')).toBe('true');
    expect(descriptionOf(shown.inputs[0]!)).toContain('Give it a name.');
  });

  it('is sent when everything is right', async () => {
    const shown = await show();
    await fill(shown, 'Dune', 'spice');
    await shown.fixture.componentInstance.send();
    expect(shown.fixture.componentInstance.sent).toEqual([{ name: 'Dune', secret: 'spice' }]);
  });

  it('leaves the focus alone when it is emptied after it was sent', async () => {
    const shown = await show();
    const { componentInstance: page } = shown.fixture;
    await fill(shown, 'Dune', 'spice');
    page.emptyAfterSending = true;
    await page.send();
    await shown.fixture.whenStable();
    expect(shown.inputs[0]?.value).toBe('');
    expect(document.activeElement).toBe(document.body);
    expect(shown.inputs[0]?.getAttribute('aria-invalid')).toBe('false');
  });

  it('shows a refusal at the field it is about, until that is changed', async () => {
    const shown = await show();
    await fill(shown, 'Dune', 'spice');
    shown.fixture.componentInstance.refusal = new Failure('refused', 'That name is taken.', { code: 'name_taken' });
    await shown.fixture.componentInstance.send();
    await shown.fixture.whenStable();
    expect(descriptionOf(shown.inputs[0]!)).toContain('That name is taken.');
    expect(shown.fixture.componentInstance.failure()).toBeUndefined();
    await fill(shown, 'Dune Messiah');
    expect(descriptionOf(shown.inputs[0]!)).not.toContain('taken');
  });

  it('keeps any other failure for the form as a whole', async () => {
    const shown = await show();
    await fill(shown, 'Dune', 'spice');
    shown.fixture.componentInstance.refusal = new Failure('offline', 'Away.');
    await shown.fixture.componentInstance.send();
    expect(shown.fixture.componentInstance.failure()?.message).toBe('Away.');
  });

  it('hides a password until it is asked to show it', async () => {
    const { fixture, inputs } = await show();
    expect(inputs[1]?.type).toBe('password');
    (fixture.nativeElement as HTMLElement).querySelector('button')?.click();
    await fixture.whenStable();
    expect(inputs[1]?.type).toBe('text');
  });
});
