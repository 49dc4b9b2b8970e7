# Unit test programs by the room they link with (tests/unit/NAME.c), and stories (tests/stories/NAME.c).
unit_common = zone duration config topic checkin text utf8 log secret
unit_store  = outbox invariants counts store
unit_watch  = schedule schedule_parse schedule_words record holidays alike pause machine expectation press blind daily pause_identity usual signoff report report_hide retention enrolment whole
unit_intake = decode batch
unit_notify = mail webhook compose notify burst
unit_web    = queue guests metrics call device_login readings
unit_tables = csv broker_passwords report_csv
unit_cli    = import edit export backup cli_table arguments shell
unit_button = button_core button_spool button_source
unit_server = settings health supervise jump
stories     = rules_1_presses rules_2_expectations rules_3_incidents rules_4_ladders rules_5_telling rules_6_blind rules_7_pauses rules_8_lists rules_9_people zones reaching answers standing circle

unit_rooms  = common store watch intake notify tables web cli button server
unit_tests  = $(foreach room,$(unit_rooms),$(unit_$(room):%=$(BUILD)/tests/unit/%))
story_tests = $(stories:%=$(BUILD)/tests/stories/%)

define unit_rule
$$(unit_$(1):%=$$(BUILD)/tests/unit/%): $$(BUILD)/tests/unit/%: $$(BUILD)/tests/unit/%.o $$(BUILD)/tests/unit/test.o $$(call archives,$(1))
	@echo '  LD $$@'; $$(LINK) -lcmocka
endef
$(foreach room,$(unit_rooms),$(eval $(call unit_rule,$(room))))

$(story_tests): $(BUILD)/tests/stories/%: $(BUILD)/tests/stories/%.o $(BUILD)/tests/stories/world.o $(BUILD)/tests/unit/test.o $(call archives,watch)
	@echo '  LD $@'; $(LINK) -lcmocka

# Programs over a disk and a memory that fail (tests/power): they stand in front of the C library's own functions.
power       = store_cut store_faults memory_out spool_cut
power_tests = $(power:%=$(BUILD)/tests/power/%)
uses_power  = cli tables intake notify server watch store common button

$(power_tests): $(BUILD)/tests/power/%: $(BUILD)/tests/power/%.o $(patsubst %,$(BUILD)/tests/power/%.o,disk disk_log disk_cut scratch) $(BUILD)/tests/unit/test.o
	@echo '  LD $@'; $(LINK) -lcmocka
$(filter-out %/spool_cut,$(power_tests)): $(patsubst %,$(BUILD)/tests/power/%.o,town ledger memory) $(call archives,power)
$(filter-out %/spool_cut,$(power_tests)): LDFLAGS += -Wl,--wrap=db_begin,--wrap=db_commit
$(BUILD)/tests/power/spool_cut: $(call archives,button)

# A year of a town beside a model of the rules (tests/simulation/simulation.c), between our store and SQLite to kill us.
simulations      = tokyo berlin
simulation_tests = $(simulations:%=$(BUILD)/tests/simulation/%)
simulation_parts = simulation draw acts compare system town calendar model model_residents model_incidents model_ladder model_tellings model_hearing

$(simulation_tests): $(BUILD)/tests/simulation/%: $(BUILD)/tests/simulation/%.o $(simulation_parts:%=$(BUILD)/tests/simulation/%.o) $(call archives,intake)
	@echo '  LD $@'; $(LINK)
$(simulation_tests): LDFLAGS += -Wl,--wrap=sqlite3_step,--wrap=sqlite3_exec

# Lets the test stand between the spool and the disk.
$(BUILD)/tests/unit/button_spool: LDFLAGS += -Wl,--wrap=openat,--wrap=write,--wrap=fsync,--wrap=renameat,--wrap=unlinkat

# Loaded into our programs to kill them at a system call (fatal_call.mjs); into sanitized ones too, so it is plain itself.
fatal_call = $(BUILD)/tests/integration/fatal_call.so
$(fatal_call): tests/integration/fatal_call.c
	@mkdir -p $(@D)
	@echo '  LD $@'; $(CC) -std=c11 -O2 $(WARNINGS) $(CPPFLAGS) -shared -fPIC $< -o $@

# Runs a program as its unit file confines it, and asks the kernel for what such a program must not get (confined.mjs).
confine = $(BUILD)/tests/integration/confine $(BUILD)/tests/integration/confine_probe
$(confine): %: %.o
	@echo '  LD $@'; $(LINK) -lseccomp

# Between a process and the machine: tests/integration/starved.test.mjs.
slow = $(BUILD)/tests/integration/slow.so
$(slow): tests/integration/slow.c
	@mkdir -p $(@D)
	@echo '  LD $@'; $(CC) -std=c11 $(WARNINGS) -D_GNU_SOURCE -O2 -g -fPIC -shared $< -o $@

# Loaded into the daemon to refuse it memory: tests/integration/storm.mjs.
no_memory = $(BUILD)/tests/integration/no_memory.so
$(no_memory): tests/integration/no_memory.c
	@mkdir -p $(@D)
	@echo '  LD $@'; $(CC) -std=c11 $(WARNINGS) -D_GNU_SOURCE -O2 -g -fPIC -fno-builtin -shared $< -o $@

unit: $(unit_tests) $(story_tests) $(simulation_tests) $(power_tests) $(fatal_call) $(confine) $(slow) $(no_memory)
.PHONY: unit

# Fuzz targets by the room they link with (tests/fuzz/NAME.c). Without libFuzzer they replay what was kept (replay.c);
# `make fuzz` leaves FUZZ_MAIN out and links libFuzzer's own.
fuzz_common = checkin ack state message
fuzz_watch  = schedule duty holidays
fuzz_intake = decode batch
fuzz_tables = csv import broker_passwords
fuzz_notify = mail_reply
fuzz_server = settings
fuzz_web    = route query body device_login request
fuzz_button = button_settings spool keys lines
fuzz_rooms  = common watch intake notify tables server web button
fuzz_names  = $(foreach room,$(fuzz_rooms),$(fuzz_$(room)))
fuzz_tests  = $(fuzz_names:%=$(BUILD)/tests/fuzz/%)
FUZZ_MAIN  ?= $(BUILD)/tests/fuzz/replay.o

define fuzz_rule
$$(fuzz_$(1):%=$$(BUILD)/tests/fuzz/%): $$(BUILD)/tests/fuzz/%: $$(BUILD)/tests/fuzz/%.o $$(BUILD)/tests/fuzz/fuzz.o $$(FUZZ_MAIN) $$(call archives,$(1))
	@echo '  LD $$@'; $$(LINK) $$(FUZZ_LDFLAGS)
endef
$(foreach room,$(fuzz_rooms),$(eval $(call fuzz_rule,$(room))))

# Those that reach the store: what an input does there is undone (tests/fuzz/town.c).
fuzz_town = $(BUILD)/tests/fuzz/batch $(BUILD)/tests/fuzz/import $(BUILD)/tests/fuzz/request
$(fuzz_town): $(BUILD)/tests/fuzz/town.o
$(fuzz_town): LDFLAGS += -Wl,--wrap=db_begin,--wrap=db_begin_read,--wrap=db_commit,--wrap=db_rollback
$(BUILD)/tests/fuzz/request: LDFLAGS += -Wl,--wrap=board_hold,--wrap=board_drop,--wrap=board_touch
$(BUILD)/tests/fuzz/request: LDFLAGS += -Wl,--wrap=password_fits,--wrap=password_hash,--wrap=clock_now
$(BUILD)/tests/fuzz/replay.o: CPPFLAGS += -DFUZZ_CORPUS='"$(abspath tests/fuzz/corpus)"'

fuzzers: $(fuzz_tests)
.PHONY: fuzzers
