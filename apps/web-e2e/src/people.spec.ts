import { withTab } from './support/bench.ts';
import { signInQuietly, type Tab } from './support/browser.ts';
import { expectSoon } from './support/expect-soon.ts';
import { PASSWORD } from './support/reader-world.ts';
import { ADMIN } from './support/server.ts';

describe('People', () => {
  const bench = withTab((world) => world.openTab());
  const signIn = (tab: Tab, username: string, password: string): Promise<void> =>
    signInQuietly(tab, bench.server.origin, username, password);

  it('sign in to the page they asked for, and out again', async () => {
    const { page } = bench;
    await page.goto('/books?q=dracula');
    await page.waitForURL('**/sign-in?next=*');
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password', { exact: true }).fill('not it');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/books?q=dracula');
    await page.getByText('1 book found').waitFor();

    await page.getByRole('button', { name: 'account menu' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto('/books');
    await page.waitForURL('**/sign-in?next=*');
  });

  it('come back to where they were when their login has ended', async () => {
    const { page, tab } = bench;
    await signIn(tab, ADMIN.username, ADMIN.password);
    await page.goto('/books?q=dracula');
    await page.getByText('1 book found').waitFor();
    await tab.context.clearCookies();
    await page.getByRole('link', { name: /Dracula/ }).click();
    await page.getByText('You were signed out.').waitFor();
    await page.getByLabel('User name').fill(ADMIN.username);
    await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Dracula', level: 1 }).waitFor();
  });

  it('are created, given access, disabled, enabled and deleted by an admin', async () => {
    const { page, tab } = bench;
    await signIn(tab, ADMIN.username, ADMIN.password);
    await page.goto('/admin/users');
    await page.getByRole('link', { name: 'New user' }).click();
    await page.getByLabel('User name').fill('ben');
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await page.getByRole('checkbox', { name: /^Download/ }).uncheck();
    await page.getByRole('button', { name: 'Create user' }).click();
    await page.waitForURL('**/admin/users');
    await page.getByRole('link', { name: 'Edit ben' }).click();
    await page.getByRole('heading', { name: 'ben', level: 1 }).waitFor();
    await expectSoon(() => page.getByRole('checkbox', { name: /^Download/ }).isChecked(), false);

    const ben = await bench.world.openTab();
    await signIn(ben, 'ben', PASSWORD);
    await ben.page.goto('/books');
    await ben.page.getByRole('link', { name: /Dracula/ }).click();
    await ben.page.getByText('Your account may not download files.').waitFor();
    expect(await ben.page.getByRole('link', { name: /Download/ }).count()).toBe(0);
    expect(await ben.page.getByRole('link', { name: 'Users' }).count()).toBe(0);
    await ben.page.goto('/admin/users');
    await ben.page.getByRole('heading', { name: 'This page is not in the catalogue' }).waitFor();

    await page.getByRole('button', { name: 'Disable user' }).click();
    await page.getByText('This user is disabled:').waitFor();
    await ben.page.goto('/books');
    await ben.page.waitForURL('**/sign-in?next=*');
    await ben.page.getByLabel('User name').fill('ben');
    await ben.page.getByLabel('Password', { exact: true }).fill(PASSWORD);
    await ben.page.getByRole('button', { name: 'Sign in' }).click();
    await ben.page.getByText(/account is disabled/).waitFor();

    await page.getByRole('button', { name: 'Enable user' }).click();
    await page.getByRole('button', { name: 'Disable user' }).waitFor();
    await page.getByLabel('New password', { exact: true }).fill('a new password');
    await page.getByRole('button', { name: 'Reset password' }).click();
    await page.getByText('ben has a new password.').waitFor();
    await ben.page.getByLabel('Password', { exact: true }).fill('a new password');
    await ben.page.getByRole('button', { name: 'Sign in' }).click();
    await ben.page.waitForURL('**/books');
    await ben.close();

    await page.getByRole('button', { name: 'Delete user' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete user' }).click();
    await page.waitForURL('**/admin/users');
    await page.getByRole('link', { name: 'Edit ben' }).waitFor({ state: 'detached' });
  });

  it('change their own password, and the theme, which is remembered', async () => {
    const { page, tab } = bench;
    await bench.server.admin.createUser({ username: 'carla', password: PASSWORD, permissions: [], libraryIds: [] });
    await signIn(tab, 'carla', PASSWORD);
    await page.goto('/settings/account');
    await page.getByLabel('Current password', { exact: true }).fill('not it');
    await page.getByLabel('New password', { exact: true }).fill('an even better one');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The current password is wrong.').waitFor();
    await page.getByLabel('Current password', { exact: true }).fill(PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed.').waitFor();

    const paper = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    const isStillLight = async (): Promise<boolean> => (await paper()) === light;
    await page.getByText('Dark', { exact: true }).click();
    await expectSoon(isStillLight, false);
    await page.reload();
    await expectSoon(() => page.getByRole('radio', { name: 'Dark' }).isChecked(), true);
    expect(await isStillLight()).toBe(false);
  });

  it('without any library are told who can help', async () => {
    const { page, tab } = bench;
    await bench.server.admin.createUser({ username: 'dora', password: PASSWORD, permissions: [], libraryIds: [] });
    await signIn(tab, 'dora', PASSWORD);
    await page.goto('/books');
    await page.getByRole('heading', { name: 'No library is open to you yet' }).waitFor();
  });
});
