# Programs of `make bench`: the load, the yardsticks, what stands at the other end, and a daemon that commits each message.
bench_names    = buttons echo bare sqlite_rows tick sink mails
bench_programs = $(bench_names:%=$(BUILD)/tests/bench/%) $(BUILD)/tests/bench/mimamorid-single

$(BUILD)/tests/bench/buttons: $(BUILD)/tests/bench/times.o
$(BUILD)/tests/bench/tick: $(call archives,watch)
$(bench_names:%=$(BUILD)/tests/bench/%): $(BUILD)/tests/bench/%: $(BUILD)/tests/bench/%.o
	@echo '  LD $@'; $(LINK)

$(BUILD)/tests/bench/intake-single.o: server/intake/intake.c
	@mkdir -p $(@D)
	@echo '  CC $< (a commit a message)'; $(COMPILE) -DBATCH_FULL=1 -c $< -o $@
# Before intake.a, so that this intake is taken and the one in there is not.
$(BUILD)/tests/bench/mimamorid-single: $(daemon:%=$(BUILD)/server/%.o) $(BUILD)/tests/bench/intake-single.o $(call archives,daemon)
	@echo '  LD $@'; $(LINK)

bench-programs: $(bench_programs)
.PHONY: bench-programs
