# Unit test programs by the room they link with (tests/unit/NAME.c), and stories (tests/stories/NAME.c).
unit_common = zone duration config topic checkin text utf8 log secret
unit_store  = outbox invariants counts store
unit_watch  = schedule schedule_parse schedule_words record holidays alike pause machine expectation press blind daily pause_identity usual signoff report report_hide retention enrolment whole
unit_intake = decode batch
unit_notify = mail webhook compose notify
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

# Lets the test stand between the spool and the disk.
$(BUILD)/tests/unit/button_spool: LDFLAGS += -Wl,--wrap=openat,--wrap=write,--wrap=fsync,--wrap=renameat,--wrap=unlinkat

unit: $(unit_tests) $(story_tests)
.PHONY: unit
