import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PassportModule } from '@nestjs/passport';
import { AccessGuard } from './access.guard.ts';
import { DeviceRepository } from './device.repository.ts';
import { KoreaderAccountController } from './koreader-account.controller.ts';
import { KoreaderAccountRepository } from './koreader-account.repository.ts';
import { KoreaderAccounts } from './koreader-account.ts';
import { KoreaderStrategy } from './koreader.strategy.ts';
import { Logins } from './logins.ts';
import { Passwords } from './passwords.ts';
import { Throttle } from './throttle.ts';
import { VerifyDevice } from './verify-device.ts';

/** Who is asking, and may they. */
@Module({
  imports: [PassportModule],
  controllers: [KoreaderAccountController],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    DeviceRepository,
    KoreaderAccountRepository,
    KoreaderAccounts,
    KoreaderStrategy,
    Logins,
    Passwords,
    Throttle,
    VerifyDevice,
  ],
  exports: [DeviceRepository, KoreaderAccountRepository, KoreaderAccounts, Logins, Passwords, Throttle],
})
export class AuthModule {}
