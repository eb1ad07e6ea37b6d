#if Agent
  import Testing

  @testable import NodeAgent

  /// When the loop syncs and repairs; instants are given, nothing waits.
  struct SyncScheduleTests {
    private let start = ContinuousClock.now

    @Test func changesAreGathered() {
      var schedule = SyncSchedule(minimum: .seconds(1), retry: .seconds(30), verification: .seconds(3600))
      #expect(schedule.next == nil && schedule.due(start) == nil)
      schedule.request()
      // The first one waits for nothing.
      #expect(schedule.due(start) == .changes)
      schedule.finished(at: start, succeeded: true, verified: true)
      #expect(schedule.due(start + .seconds(10)) == nil)
      schedule.request()
      #expect(schedule.due(start + .milliseconds(999)) == nil)
      #expect(schedule.next == start + .seconds(1))
      #expect(schedule.due(start + .seconds(1)) == .changes)
    }

    @Test func failuresAreTriedAgainLessAndLessOften() {
      var schedule = SyncSchedule(minimum: .zero, retry: .seconds(30), verification: .seconds(3600))
      var now = start
      var pauses: [Duration] = []
      for _ in 0..<6 {
        schedule.finished(at: now, succeeded: false, verified: false)
        let next = schedule.next ?? now
        pauses.append(next - now)
        #expect(schedule.due(next - .milliseconds(1)) == nil)
        #expect(schedule.due(next) == .retry)
        now = next
      }
      #expect(pauses == [30, 60, 120, 240, 300, 300].map { .seconds($0) })
      // A change does not wait for that.
      schedule.request()
      #expect(schedule.due(now) != nil)
      schedule.finished(at: now, succeeded: true, verified: true)
      #expect(schedule.next == now + .seconds(3600))
    }

    @Test func everythingIsLookedAtNowAndThen() {
      var schedule = SyncSchedule(minimum: .zero, retry: .seconds(30), verification: .seconds(3600))
      schedule.finished(at: start, succeeded: true, verified: true)
      schedule.request()
      schedule.finished(at: start + .seconds(100), succeeded: true, verified: false)
      #expect(schedule.due(start + .seconds(3599)) == nil)
      #expect(schedule.due(start + .seconds(3600)) == .verification)
    }

    @Test func sweepsThatFailAreTriedAgain() {
      var retry = SweepRetry()
      retry.finished(at: start, succeeded: true, pause: .seconds(30))
      #expect(retry.next == nil)
      for pause in [30, 60, 120, 240, 300, 300] {
        retry.finished(at: start, succeeded: false, pause: .seconds(30))
        #expect(retry.next == start + .seconds(pause))
      }
      retry.finished(at: start, succeeded: true, pause: .seconds(30))
      #expect(retry.next == nil)
      retry.finished(at: start, succeeded: false, pause: .seconds(30))
      #expect(retry.next == start + .seconds(30))
    }

    /// The machine was asleep: all that was to happen meanwhile happens once.
    @Test func aSleepingMachineMissesNothing() {
      var schedule = SyncSchedule(minimum: .seconds(1), retry: .seconds(30), verification: .seconds(3600))
      schedule.finished(at: start, succeeded: true, verified: true)
      let morning = start + .seconds(10 * 3600)
      #expect(schedule.due(morning) == .verification)
      schedule.finished(at: morning, succeeded: true, verified: true)
      #expect(schedule.due(morning) == nil)
      #expect(schedule.next == morning + .seconds(3600))
    }

    @Test func repairsComeAtOnceAndThenLessOften() {
      var limit = RepairLimit()
      #expect(limit.earliest(start) == start)
      var now = start
      for _ in 0..<30 {
        now = limit.earliest(now)
        limit.repaired(at: now)
      }
      #expect(now - start > .seconds(60))
      #expect(limit.earliest(now) - now <= RepairLimit.longest)
      // Quiet makes all good.
      #expect(limit.earliest(now + .seconds(61)) == now + .seconds(61))
    }
  }
#endif
