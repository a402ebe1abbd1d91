import { Injectable } from '@angular/core';

/** What had the focus, and where it was: its ancestors up to the page or the dialog, each with its place among its siblings. */
interface Kept {
  readonly root: Element;
  readonly element: HTMLElement;
  readonly path: readonly { readonly parent: Element; readonly index: number }[];
}

const TABBABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';
/** Parts of a page: past their edge nobody looks for what was inside. */
const PARTS = 'section, form, main';
const DIALOGS = '[role=dialog], [role=alertdialog]';
/** These draw only some of their rows, and lead the focus from one to the next themselves. */
const KEEPS_ITS_OWN = 'bo-windowed-list, bo-book-grid';

/**
 * Whoever uses the keyboard is never thrown back to the top of the page: when what has the focus goes away, such as a row that was removed,
 * the focus goes to what took its place or stands beside it; when it is only disabled for a moment, the focus returns to it.
 */
@Injectable({ providedIn: 'root' })
export class FocusKeeper {
  private onPage: Kept | undefined;
  /** Lies over the page while it is there. */
  private inDialog: Kept | undefined;
  private isLooking = false;

  /** @returns Stops it. */
  start(): () => void {
    const done = new AbortController();
    const options = { capture: true, signal: done.signal };
    document.addEventListener('focusin', ({ target }) => this.keep(target), options);
    // A click beside everything takes the focus away on purpose.
    document.addEventListener('pointerdown', () => (this.onPage = this.inDialog = undefined), options);
    const changes = new MutationObserver(() => this.lookSoon());
    changes.observe(document.body, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ['disabled', 'hidden'],
    });
    done.signal.addEventListener('abort', () => changes.disconnect());
    return () => done.abort();
  }

  private keep(target: EventTarget | null): void {
    if (!(target instanceof HTMLElement)) return;
    const dialog = target.closest(DIALOGS);
    const root = dialog ?? document.getElementById('main');
    // Menus and notices give the focus back by themselves.
    if (root === null || target === root || !root.contains(target)) return;
    const kept = target.closest(KEEPS_ITS_OWN) ? undefined : { root, element: target, path: pathTo(root, target) };
    if (dialog === null) this.onPage = kept;
    else this.inDialog = kept;
  }

  /** After a move to another page the focus is put at its beginning; only then is it lost if it is nowhere. */
  private lookSoon(): void {
    if (this.isLooking || !this.isNowhere()) return;
    this.isLooking = true;
    setTimeout(() => {
      this.isLooking = false;
      if (this.isNowhere()) this.bringBack();
    });
  }

  private isNowhere(): boolean {
    return this.kept() !== undefined && (document.activeElement ?? document.body) === document.body;
  }

  private kept(): Kept | undefined {
    if (this.inDialog?.root.isConnected === false) this.inDialog = undefined;
    return this.inDialog ?? this.onPage;
  }

  private bringBack(): void {
    const kept = this.kept();
    if (kept === undefined) return;
    // What is disabled for a moment gets it back once it is not.
    if (isThere(kept.element) && kept.element.matches(':disabled')) return;
    const next = isThere(kept.element) ? kept.element : nearest(kept.path);
    next?.focus({ preventScroll: isInView(next) });
  }
}

function pathTo(root: Element, target: Element): Kept['path'] {
  const path: { parent: Element; index: number }[] = [];
  for (let child = target; child !== root;) {
    const parent = child.parentElement;
    if (parent === null) break;
    path.push({ parent, index: [...parent.children].indexOf(child) });
    child = parent;
  }
  return path;
}

function nearest(path: Kept['path']): HTMLElement | undefined {
  for (const { parent, index } of path) {
    if (!isThere(parent)) continue;
    const children = [...parent.children];
    for (const one of [...children.slice(index), ...children.slice(0, index).reverse()]) {
      const found = firstTabbable(one);
      if (found !== undefined) return found;
    }
    if (parent.matches(PARTS)) return headingOf(parent);
  }
  return undefined;
}

function firstTabbable(part: Element): HTMLElement | undefined {
  const all = [part, ...part.querySelectorAll<HTMLElement>(TABBABLE)];
  return all.find((one): one is HTMLElement => one instanceof HTMLElement && one.matches(TABBABLE) && isThere(one));
}

/** A heading is no stop for Tab, but a place to go on from. */
function headingOf(part: Element): HTMLElement | undefined {
  const heading = part.querySelector<HTMLElement>('h1, h2, h3');
  heading?.setAttribute('tabindex', '-1');
  return heading ?? undefined;
}

function isThere(element: Element): boolean {
  return element.isConnected && element.checkVisibility({ visibilityProperty: true });
}

function isInView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= window.innerHeight;
}
