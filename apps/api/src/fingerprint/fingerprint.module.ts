import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { CheckMatches } from './check-matches.ts';
import { FingerprintController } from './fingerprint.controller.ts';
import { MatchDocuments } from './match-documents.ts';
import { MatchRepository } from './match.repository.ts';

/** Which of the user's files a device's document is. */
@Module({
  imports: [AuthModule],
  controllers: [FingerprintController],
  providers: [CheckMatches, MatchDocuments, MatchRepository],
  exports: [MatchDocuments],
})
export class FingerprintModule {}
